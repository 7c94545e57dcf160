<?php
// Makes the tables and an editor, and prints the application password that the editor makes for Eyelid.
define('WP_INSTALLING', true);
require getcwd() . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Hill School', 'head', 'head@hill.example', true, '', wp_generate_password());
update_option('permalink_structure', '/%postname%/');
$editor = wp_insert_user(['user_login' => 'eyelid', 'user_pass' => wp_generate_password(), 'role' => 'editor', 'user_email' => 'eyelid@hill.example']);
[$password] = WP_Application_Passwords::create_new_application_password($editor, ['name' => 'Eyelid']);
echo $password;
